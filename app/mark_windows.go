package app

import (
	"fmt"
	"os"
)

// markInternet writes the mark of the web: zone 3 is the internet. A disk that is not NTFS has no such streams.
func markInternet(path string) error {
	err := os.WriteFile(path+":Zone.Identifier", []byte("[ZoneTransfer]\r\nZoneId=3\r\n"), 0o600)
	if err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
		return fmt.Errorf("mark file as downloaded: %w", err)
	}
	return nil
}
