IFS=-; set -- a-b c; echo $*; echo "$*"; x=$*; IFS=' '; echo "$x"
