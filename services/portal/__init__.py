"""The portal: what people see. Server-rendered pages in Vietnamese over the services' APIs."""
