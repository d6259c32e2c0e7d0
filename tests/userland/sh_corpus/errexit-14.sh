set -e; if (false; true); then echo t; fi; x=`exit 3` || echo $?; test -n "$(false)" || echo empty; echo $(exit 4); echo end
