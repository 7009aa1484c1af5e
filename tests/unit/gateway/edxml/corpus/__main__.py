"""Write tests/data/hostile anew."""

from tests.unit.gateway.edxml.corpus import main

main()
