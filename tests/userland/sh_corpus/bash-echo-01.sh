#!/bin/bash
echo 'a\nb'; echo -e 'a\nb\x41\0101'; echo -n x; echo -ne 'y\n'; echo -E 'a\n'; echo -z; echo -e 'a\cb'; echo; printf '%s\n' "${PWD:+pwd}"
