export X=1; sh -c 'echo $X'; Y=2; sh -c 'echo [$Y]'; export Y; sh -c 'echo $Y'; Z=3 sh -c 'echo $Z'; echo [$Z]
