cat <<E
${x-default} ${x-"quoted"} ${x:-'single'} ${y=assigned}
E
echo $y
