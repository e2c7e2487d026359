//! What the data plane is: services, flags, routes, storage kinds, databases. Facts with their certainty and source; no I/O.
