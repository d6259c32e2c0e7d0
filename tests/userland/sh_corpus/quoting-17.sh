echo `echo a\\\\b` "`echo 'x\\y'`"
