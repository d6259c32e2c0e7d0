getopts :ab: o -x; echo $o $OPTARG; OPTIND=1; getopts :ab: o -b; echo $o $OPTARG; OPTIND=1; getopts :a o; echo $? $o
