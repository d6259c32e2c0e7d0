mkdir -p real/sub; ln -s real link; cd link; echo ${PWD##*/}; cd sub; cd ..; echo ${PWD##*/}; cd -P .; echo ${PWD##*/}; pwd -P | { read p; echo ${p##*/}; }
