"""How far offices use the system, by month: issued, registered, signed, only electronic, on time, refused, recalled."""
