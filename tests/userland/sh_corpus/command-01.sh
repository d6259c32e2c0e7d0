command echo hi; command -v echo; command -v if; command -v nosuch; echo $?; f() { :; }; command -v f; alias a=b; command -v a
