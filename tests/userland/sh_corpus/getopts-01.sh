while getopts ab:c o -a -b val -c arg; do echo $o $OPTARG; done; echo $OPTIND
