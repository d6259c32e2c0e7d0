if false; false; true; then echo last; fi; if (exit 1) then echo no; else echo yes; fi
