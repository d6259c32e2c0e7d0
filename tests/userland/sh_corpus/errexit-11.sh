set -e; eval false || echo caught; eval 'true; false; echo no'; echo no
