"""What any command needs: options, messages and a preview in the terminal."""
