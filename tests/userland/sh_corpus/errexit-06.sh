set -e; echo $(false; echo in) after; true | false; echo no
