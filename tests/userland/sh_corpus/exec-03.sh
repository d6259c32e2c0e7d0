(exec echo sub); echo $?; x=1 exec 3>&1; echo $x >&3; exec 3>&-; (exec true; echo no); echo end
