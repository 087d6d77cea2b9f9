import{credentialsRefused,refusalError}from"./chunk-NJ7F5ICJ.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
