"""What every command needs: options, messages, progress and previews."""
