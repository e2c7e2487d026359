//! The bundled chart, judged by the programs it is made for: both versions of helm, nginx and a real API server.
//!
//! What the chart should contain is not written here a second time: it is compared with the catalogue of the platform,
//! which has it from the specification.

mod cases;
mod cluster;
mod configuration;
mod gateway;
mod helm;
mod inventory;
mod lint;
mod nginx;
mod objects;
mod routes;
mod scaling;
mod schema;
mod upgrade;
