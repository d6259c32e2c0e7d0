#!/bin/bash
# compare: stderr
./nofile; echo $?; shift x; export 1x; echo $((1/0)); echo same line
echo next
