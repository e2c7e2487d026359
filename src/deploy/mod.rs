//! Doing it: operations as resumable stages, flight recorder, journal.
