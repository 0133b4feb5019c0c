"""What a fit leaves unexplained, and which conclusions from it stand on few votes."""
