# compare: stderr
printf '%d\n' abc; echo $?; printf '%d\n' 12abc; echo $?; printf '%z\n'; echo $?
