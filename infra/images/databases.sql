-- One database per service (run once, when the PostgreSQL volume is new).
CREATE DATABASE identity;
CREATE DATABASE registry;
CREATE DATABASE workflow;
CREATE DATABASE signing;
CREATE DATABASE gateway;
CREATE DATABASE portal;
