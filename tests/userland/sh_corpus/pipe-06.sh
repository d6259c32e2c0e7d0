exit 3 | true; echo alive; true | exit 3; echo $?
