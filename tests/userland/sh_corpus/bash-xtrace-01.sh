#!/bin/bash
# compare: stderr
set -x; echo a 'b c'; x="1 2"; y=$x true; set +x
