# compare: stderr
getopts ab: o -x; echo $? $o; OPTIND=1; getopts ab: o -b; echo $? $o
