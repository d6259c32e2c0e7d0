# compare: stderr
cd nosuchdir; echo $?; touch f; cd f; echo $?; cd -x; echo $?
