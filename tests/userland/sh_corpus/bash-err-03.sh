#!/bin/bash
# compare: stderr
set -u; echo $undefined_variable; echo no
