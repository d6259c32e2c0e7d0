unset HOME PWD OLDPWD LC_ALL SHLVL _; export A='a b' B="it's" C; unset PATH; readonly D=1; readonly -p
