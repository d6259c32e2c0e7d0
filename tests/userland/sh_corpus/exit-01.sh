exit 3; echo no
