f() { OPTIND=1; while getopts n:v o "$@"; do echo f $o $OPTARG; done; shift $((OPTIND-1)); echo rest $*; }; f -v -n 3 a b; f -n4 c; f d
