alias ll='echo one; echo two'
ll
alias echo='echo x'
echo a
alias if=no; if true; then echo ok; fi
