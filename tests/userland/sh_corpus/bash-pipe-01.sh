#!/bin/bash
set -o pipefail; false | true; echo $?; true | true; echo $?; false | true | (exit 3); echo ${PIPESTATUS[@]}; echo err 2>&1 |& cat; ! true; echo $?
