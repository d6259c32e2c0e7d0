mkdir -p x/target; CDPATH=x; cd target >/dev/null; echo ${PWD##*/}; cd ../..; HOME=$PWD/x; cd; echo ${PWD##*/}; cd ''; echo $?
