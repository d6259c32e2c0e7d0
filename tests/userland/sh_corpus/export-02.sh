unset HOME PATH PWD OLDPWD LC_ALL SHLVL _; export A='a b' B="it's" C; export -p; readonly D=1; readonly -p
