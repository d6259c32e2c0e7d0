! true | false; echo $?; ! false | true; echo $?; { echo a; echo b; } | while read l; do echo "<$l>"; done
