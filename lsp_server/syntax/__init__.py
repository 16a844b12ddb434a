"""Text to trees, and trees to text: headers, SQL with error recovery, macros with source maps, formatting."""
