#!/bin/bash
trap 'echo err $?' ERR; false; true; (exit 3); if false; then :; fi; f() { false; }; f; trap - ERR; trap 'echo bye' EXIT; echo end
