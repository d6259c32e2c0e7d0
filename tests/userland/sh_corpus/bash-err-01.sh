#!/bin/bash
# compare: stderr
nosuch; echo $?; cd /nosuchdir; echo $?; readonly r=1; r=2
echo next; echo ${x?gone}; echo no
