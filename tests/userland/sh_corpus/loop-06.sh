i=0; while [ $i -lt 3 ]; do i=$((i+1)); false; done; echo $?; i=0; while i=$((i+1)); [ $i -lt 3 ]; do (exit 5); done; echo $?
