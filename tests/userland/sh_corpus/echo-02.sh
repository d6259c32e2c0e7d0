echo 'a\nb' 'c\td' 'e\\f' '\0101' '\101' 'x\cy' no; echo; echo "a\\nb"
