alias e='echo ' w=world
e w
alias; alias e; alias nosuch; echo $?
