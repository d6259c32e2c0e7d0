! false; echo $?; ! true; echo $?; ! (exit 3); echo $?; if ! false; then echo ok; fi
