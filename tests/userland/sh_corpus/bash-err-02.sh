#!/bin/bash
# compare: stderr
echo a
if true; fi
