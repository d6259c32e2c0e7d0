# compare: stderr
command set -o nosuch; echo $?; command shift 5; echo $?; command export 1x; echo $?
