//! In CI: the charts inside of the Go modules that the test cluster is built from.
